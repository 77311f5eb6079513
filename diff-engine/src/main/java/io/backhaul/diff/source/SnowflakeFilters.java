/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.Date;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.sql.sources.Filter;
import scala.Product;

/**
 * Tells which filters Snowflake's connector writes into its query without changing them: it writes
 * timestamps in milliseconds, bytes as the name of their array, and fails over the newer classes of
 * days and times.
 */
final class SnowflakeFilters {

  private static final Pattern FINER_THAN_MILLISECONDS = Pattern.compile(".*\\.\\d{4,}");

  private SnowflakeFilters() {}

  /** Whether the query gives the rows that the filter lets through, no more and no fewer. */
  static boolean areExact(Filter filter) {
    return isExact(filter);
  }

  /** Looks at a filter, at those within it, and at the values that it compares with. */
  private static boolean isExact(Object part) {
    if (part instanceof Filter && part instanceof Product filter) {
      return IntStream.range(0, filter.productArity())
          .mapToObj(filter::productElement)
          .allMatch(SnowflakeFilters::isExact);
    }
    if (part instanceof Object[] values) {
      return Arrays.stream(values).allMatch(SnowflakeFilters::isExact);
    }
    if (part instanceof Date) {
      return !FINER_THAN_MILLISECONDS.matcher(part.toString()).matches();
    }
    return !(part instanceof byte[] || part instanceof Temporal);
  }
}
