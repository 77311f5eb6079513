/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;

/** The tables that a query names, also one of another database. Nothing is asked. */
public final class QueriedTables {

  private QueriedTables() {}

  /**
   * Their names as they are written, quotes left out, each once; none where Spark's parser cannot
   * tell.
   */
  public static List<List<String>> of(String query) {
    if (QueryGuard.unreadable(query).isPresent()) {
      return List.of();
    }
    try {
      return PlanParts.of(new CatalystSqlParser().parsePlan(query)).tables().stream()
          .map(table -> List.copyOf(Names.of(table.multipartIdentifier())))
          .distinct()
          .toList();
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof SparkThrowable) {
        return List.of();
      }
      throw e;
    }
  }
}
