/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.cli.Backhaul;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A JVM of its own that runs the sync of a {@link SyncBed}, or is a part of the cluster that it
 * runs on, to be killed, stopped or signalled.
 */
public final class SyncProcess implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofMinutes(6);

  /** A process that lives for one small sync spends most of it on compiling what it runs once. */
  private static final List<String> SHORT_LIVED =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Dspark.sql.codegen.wholeStage=false",
          "-Dspark.sql.codegen.factoryMode=NO_CODEGEN");

  private final Process process;
  private final Path output;

  private SyncProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Runs the sync as a program would, by {@link FileClock}; {@code killAt} may be {@code null}. */
  static SyncProcess sync(Path home, String killAt) {
    List<String> options =
        killAt == null ? List.of() : List.of("-D" + KillPoint.PROPERTY + "=" + killAt);
    return start(home, options, KilledSync.class, home.toString());
  }

  /** Runs the sync as a program would, with secrets of the test's own. */
  static SyncProcess sync(Path home, Map<String, String> secrets, String killAt) {
    List<String> options = List.of("-D" + KillPoint.PROPERTY + "=" + killAt);
    return start(home, secrets, options, KilledSync.class, home.toString());
  }

  /** Runs the sync as a person would, through the command line. */
  static SyncProcess command(Path home, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("--conf", home.resolve("conf").toString(), "sync", "acme/contacts", "--json"));
    words.addAll(List.of(more));
    return start(home, List.of(), Backhaul.class, words.toArray(String[]::new));
  }

  /** Runs a class of the tests; its output lands in a file in {@code home}. */
  public static SyncProcess of(Path home, Class<?> main, String... args) {
    return start(home, List.of(), main, args);
  }

  /** Runs a class of the tests that goes through many syncs. */
  public static SyncProcess lasting(Path home, Class<?> main, String... args) {
    return start(home, Map.of(), words(List.of(), List.of(), main, args));
  }

  /** The command line of a process that runs the sync, for a test that starts it in its own way. */
  static List<String> words(Path home) {
    return words(List.of(), KilledSync.class, home.toString());
  }

  private static List<String> words(List<String> options, Class<?> main, String... args) {
    return words(SHORT_LIVED, options, main, args);
  }

  private static List<String> words(
      List<String> compilation, List<String> options, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-D"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-XX:+UseParallelGC"));
    command.addAll(compilation);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  private static SyncProcess start(Path home, List<String> options, Class<?> main, String... args) {
    return start(home, Map.of("ACME_TOKEN", SyncBed.TOKEN), options, main, args);
  }

  /** Starts a main class on this JVM's class path; what it prints goes to a file in a folder. */
  static SyncProcess start(
      Path folder,
      Map<String, String> environment,
      List<String> options,
      Class<?> main,
      String... args) {
    return start(folder, environment, words(options, main, args));
  }

  private static SyncProcess start(
      Path folder, Map<String, String> environment, List<String> words) {
    try {
      Path output = Files.createTempFile(folder, "process", ".log");
      ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
      builder.environment().putAll(environment);
      return new SyncProcess(builder.redirectOutput(output.toFile()).start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a moment of the run has come. */
  public void awaitUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
          .as(() -> "the run ended too early: " + output())
          .isFalse();
    }
    assertThat(condition.getAsBoolean()).as("the moment came in time").isTrue();
  }

  /** Waits for its end, though not for longer than this; whether it came. */
  boolean endsWithin(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for its end and returns its exit code. */
  public int exitCode() throws InterruptedException {
    assertThat(endsWithin(LONGEST)).as(() -> "the run does not end: " + output()).isTrue();
    return process.exitValue();
  }

  /** The processes that it started and that still run. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  /** {@code kill -NAME}. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Whether it was started with a signal ignored, as background jobs of a shell are with INT. */
  boolean ignores(String name) throws IOException {
    int number = name.equals("INT") ? 2 : 15;
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(ignored -> ignored.testBit(number - 1));
  }

  /** All that it printed. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
