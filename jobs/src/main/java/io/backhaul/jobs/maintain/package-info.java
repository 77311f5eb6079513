/** Keeps the ledger small: expires, compacts and vacuums its tables, beside runs of its syncs. */
package io.backhaul.jobs.maintain;
