/** Tables as the session's catalogs name them. Both sources and the ledger's tables stand on it. */
package io.backhaul.diff.catalog;
