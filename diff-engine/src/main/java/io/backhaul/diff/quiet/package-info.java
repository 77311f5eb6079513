/** Rows whose failures do not repeat their values: Spark logs what a task says, and keeps it. */
package io.backhaul.diff.quiet;
