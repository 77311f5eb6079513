/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/**
 * The main class where the process and its session belong to a platform, which loses both if a task
 * ends them: Databricks' JAR tasks. It takes the arguments of {@link Backhaul}, works in the
 * session that is there, and returns, or throws where a process would have an exit code other than
 * 0.
 */
public final class JarTask {

  private JarTask() {}

  /**
   * Runs one command.
   *
   * @throws IllegalStateException if it did not end well; the message says how
   */
  public static void main(String... args) {
    SparkSession.setDefaultSession(SparkSession.builder().getOrCreate());
    Clock clock = Clock.systemUTC();
    int code =
        new Backhaul(
                Terminal.system(), (conf, progress) -> new SessionOperations(conf, progress, clock))
            .execute(args);
    if (code != ExitCode.DONE.code()) {
      throw new IllegalStateException(
          "backhaul %s ended with code %d: %s"
              .formatted(
                  args.length == 0 ? "" : args[0],
                  code,
                  ExitCode.meanings().get(Integer.toString(code))));
    }
  }
}
