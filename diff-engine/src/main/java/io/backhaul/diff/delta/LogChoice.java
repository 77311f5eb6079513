/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way goes to the logs of tables: by Delta's own classes where they are there, or else by
 * what Delta offers to everybody. The session's setting {@link #SETTING} forces the latter.
 */
public final class LogChoice {

  /** {@code auto}, or {@code public} for Delta's public interfaces alone. */
  public static final String SETTING = "spark.backhaul.delta.log";

  private static final String AUTO = "auto";
  private static final String PUBLIC = "public";

  /** Delta's class, and ours that links it: named here and nowhere else. */
  private static final String DELTAS_OWN = "org.apache.spark.sql.delta.DeltaLog";

  private static final String LINKED = "io.backhaul.diff.delta.internal.SnapshotLogs";

  private static final Logger LOG = LoggerFactory.getLogger(LogChoice.class);

  private LogChoice() {}

  /** What this class loader has, looked for once. */
  private static final class Found {
    static final TableLogs LOGS = load(LogChoice.class.getClassLoader());
  }

  /**
   * The log of a table, in the session's way.
   *
   * @throws IllegalArgumentException if the setting is not one of the two
   */
  public static TableLog log(SparkSession spark, TablePlace table) {
    return chosen(setting(spark)).of(spark, table);
  }

  /** The setting of a session, which one that is made of it does not have by itself. */
  public static String setting(SparkSession spark) {
    return spark.conf().get(SETTING, AUTO);
  }

  private static TableLogs chosen(String setting) {
    return switch (setting) {
      case AUTO -> Found.LOGS;
      case PUBLIC -> HistoryLog::new;
      default ->
          throw new IllegalArgumentException(
              SETTING + " is " + setting + "; set it to " + AUTO + " or " + PUBLIC);
    };
  }

  private static TableLogs load(ClassLoader classes) {
    try {
      Class.forName(DELTAS_OWN, false, classes);
    } catch (ClassNotFoundException | LinkageError e) {
      LOG.info("Delta's own classes are not there; its tables are asked through public interfaces");
      return HistoryLog::new;
    }
    try {
      return Class.forName(LINKED, true, classes)
          .asSubclass(TableLogs.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(LINKED + " cannot be loaded", e);
    }
  }
}
