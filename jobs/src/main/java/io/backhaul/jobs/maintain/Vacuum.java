/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.maintain;

import io.backhaul.diff.state.TableRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Console;

/** Removes files that neither the newest version of a table names nor one of its term. */
final class Vacuum {

  private final SparkSession spark;
  private final Duration term;

  /**
   * @param spark a session that lets the term be shorter than the week Delta insists on
   */
  Vacuum(SparkSession spark, Duration term) {
    this.spark = spark;
    this.term = term;
  }

  /** Vacuums the table; returns the bytes of the files that are gone. */
  long run(TableRef table) {
    Map<Path, Long> before = files(table);
    execute(statement(table));
    before.keySet().removeAll(files(table).keySet());
    return sum(before);
  }

  /** The bytes that {@link #run} would free now. */
  long dryRun(TableRef table) {
    Map<Path, Long> files = files(table);
    Map<Path, Long> found = new HashMap<>();
    for (Row row : execute(statement(table) + " DRY RUN")) {
      Path path = new Path(row.getString(0));
      found.put(path, files.getOrDefault(path, 0L));
    }
    return sum(found);
  }

  /** Delta tells the console what it deletes, where only our own answer belongs. */
  private List<Row> execute(String statement) {
    return Console.withOut(
        OutputStream.nullOutputStream(), () -> spark.sql(statement).collectAsList());
  }

  private String statement(TableRef table) {
    return "VACUUM " + table.sql() + " RETAIN " + term.toHours() + " HOURS";
  }

  private Map<Path, Long> files(TableRef table) {
    Path folder = new Path(table.folder(spark));
    Map<Path, Long> sizes = new HashMap<>();
    try {
      FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
      RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        if (!file.getPath().toString().contains("/_delta_log/")) {
          sizes.put(file.getPath(), file.getLen());
        }
      }
      return sizes;
    } catch (FileNotFoundException e) {
      return sizes; // a temporary file of a writer went while the folder was listed
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the table " + table, e);
    }
  }

  private static long sum(Map<Path, Long> files) {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }
}
