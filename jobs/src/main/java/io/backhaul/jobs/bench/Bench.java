/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.session.LocalSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Runs one benchmark. Its folder keeps the tables it works on, for the next time. */
public final class Bench {

  private final SparkSession spark;
  private final BenchOptions options;
  private final Clock clock;
  private final Consumer<String> tell;

  /**
   * @param spark a session as {@link LocalSession} opens it
   * @param tell hears how it goes, line by line
   */
  public Bench(SparkSession spark, BenchOptions options, Clock clock, Consumer<String> tell) {
    this.spark = spark;
    this.options = options;
    this.clock = clock;
    this.tell = tell;
  }

  /**
   * Measures, after it has made the tables that are not there yet.
   *
   * @throws WrongAnswerException if contenders do not agree; then no time counts
   * @throws IOException if the folder cannot be written
   */
  public BenchResult run() throws IOException {
    Path folder = Files.createDirectories(options.folder()).toRealPath();
    Scratch.clearDead(folder);
    try (Meter meter = new Meter(spark.sparkContext());
        Scratch scratch = Scratch.in(folder)) {
      Setting setting =
          new Setting(
              spark,
              options,
              meter,
              new Race(meter, options.rounds(), tell),
              new Warehouse(spark, folder.resolve("data"), tell),
              scratch,
              clock,
              tell);
      return scenario(setting).run();
    } catch (RuntimeException | IOException e) {
      throw e;
    } catch (Exception e) { // what a contender throws
      throw new IllegalStateException(options.name().wireName() + " ended early", e);
    }
  }

  private static Scenario scenario(Setting setting) {
    return switch (setting.options().name()) {
      case DELIVER -> new DeliverBench(setting);
      case DIFF -> new DiffBench(setting);
      case FIRST -> RunBench.first(setting);
      case NIGHTLY -> RunBench.again(setting, setting.options().changed());
      case STEADY -> RunBench.again(setting, 0);
      case SMALL -> new SmallBench(setting);
      case SCALE -> new ScaleBench(setting);
      case PUSHDOWN -> new PushdownBench(setting);
    };
  }
}
