/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.catalog;

import io.backhaul.diff.platform.Sequences;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import scala.Option;

/**
 * Delta tables by name: {@code table}, {@code schema.table} or {@code catalog.schema.table}. Where
 * Delta takes a name itself, it knows two parts and asks Spark's own catalog, whichever one the
 * session is in.
 */
public final class DeltaNames {

  /** What Spark calls its own catalog. */
  private static final String SPARKS_OWN = "spark_catalog.";

  private static final int MOST_PARTS = 3;

  private DeltaNames() {}

  /**
   * The newest version of a table, from the catalog that its name names, without a Spark job. If
   * there is no such Delta table, an {@code AnalysisException} is thrown, which Spark does not
   * declare.
   *
   * @throws IllegalArgumentException if it is not a name of up to three parts
   */
  public static Snapshot snapshot(SparkSession spark, String name) {
    return DeltaTableV2.apply(spark, identifier(spark, name), "Backhaul").initialSnapshot();
  }

  /**
   * The name as {@code DeltaTable} takes it: Delta up to 3.3 knows no third part, other than
   * Databricks'.
   */
  public static String forDeltaTable(String name) {
    return name.regionMatches(true, 0, SPARKS_OWN, 0, SPARKS_OWN.length())
        ? name.substring(SPARKS_OWN.length())
        : name;
  }

  private static TableIdentifier identifier(SparkSession spark, String name) {
    List<String> parts;
    try {
      parts = Sequences.list(spark.sessionState().sqlParser().parseMultipartIdentifier(name));
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a table name: " + name, e);
    }
    int last = parts.size() - 1;
    if (last >= MOST_PARTS) {
      throw new IllegalArgumentException("not a table name: " + name);
    }
    return new TableIdentifier(
        parts.get(last),
        last < 1 ? Option.empty() : Option.apply(parts.get(last - 1)),
        last < 2 ? Option.empty() : Option.apply(parts.get(last - 2)));
  }
}
