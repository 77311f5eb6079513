/** Answers from the ledger that more than one surface shows. */
package io.backhaul.jobs.report;
