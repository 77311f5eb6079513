/**
 * Tables: PostgreSQL by {@code COPY}, every other database by JDBC. One batch is one transaction.
 *
 * <p>A statement that fails for a value in it fails its whole batch: the batch is rolled back and
 * poisoned, and the sender halves it until the record stands alone.
 */
package io.backhaul.destination.database;
