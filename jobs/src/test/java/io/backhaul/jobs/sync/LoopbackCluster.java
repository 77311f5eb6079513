/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import scala.util.Properties;

/**
 * A standalone Spark cluster on this machine: a master and two workers, each a JVM of its own, with
 * one core and one gigabyte for one executor. The workers have different host names, without which
 * Spark speculates on nothing. Libraries are on the class path of executors as on a cluster that
 * has them; Backhaul's own classes travel with the application, as from {@code spark-submit}.
 */
final class LoopbackCluster implements AutoCloseable {

  /** Of the two workers. */
  static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2");

  private static final Pattern URL = Pattern.compile("Starting Spark master at (spark://\\S+)");

  private final Path folder;
  private final Map<String, SyncProcess> workers = new HashMap<>();
  private final SyncProcess master;
  private final String url;
  private final List<String> libraries = new ArrayList<>();
  private final List<String> own = new ArrayList<>();

  private LoopbackCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("spark/jars"));
    classPath();
    master =
        SyncProcess.start(
            folder,
            environment(HOSTS.get(0)),
            List.of(),
            Master.class,
            "--host",
            HOSTS.get(0),
            "--port",
            "0",
            "--webui-port",
            "0");
    try {
      master.awaitUntil(() -> URL.matcher(master.output()).find());
      Matcher matcher = URL.matcher(master.output());
      assertThat(matcher.find()).isTrue();
      url = matcher.group(1);
      for (String host : HOSTS) {
        startWorker(host);
      }
      awaitWorkers();
    } catch (InterruptedException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Why this machine cannot have one, if it cannot. */
  static Optional<String> obstacle() {
    for (String host : HOSTS) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
        assertThat(socket.isBound()).isTrue();
      } catch (IOException e) {
        return Optional.of("no server can listen at " + host + " here: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Starts master and workers and waits until they know each other. */
  static LoopbackCluster start(Path folder) throws IOException, InterruptedException {
    return new LoopbackCluster(folder);
  }

  private static Map<String, String> environment(String host, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPARK_LOCAL_IP", host);
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private void startWorker(String host) {
    String scala = Properties.versionNumberString();
    Map<String, String> environment =
        environment(
            host,
            "SPARK_HOME",
            folder.resolve("spark").toString(),
            "SPARK_SCALA_VERSION",
            scala.substring(0, scala.lastIndexOf('.')));
    workers.put(
        host,
        SyncProcess.start(
            folder,
            environment,
            List.of(),
            Worker.class,
            "--host",
            host,
            "--port",
            "0",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve("work-" + host).toString(),
            url));
  }

  private void awaitWorkers() throws InterruptedException {
    for (SyncProcess worker : workers.values()) {
      worker.awaitUntil(() -> worker.output().contains("Successfully registered with master"));
    }
  }

  /** What a driver is to be started with, as JVM options. */
  List<String> options(String executorOptions) {
    return Stream.of(
            "spark.master=" + url,
            "spark.jars=" + String.join(",", own),
            "spark.executor.extraClassPath=" + String.join(File.pathSeparator, libraries),
            "spark.executor.extraJavaOptions="
                + ("-XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + executorOptions).strip(),
            "spark.executor.cores=1",
            "spark.executor.memory=1g",
            "spark.executor.heartbeatInterval=1s",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.ui.enabled=false",
            "spark.locality.wait=0",
            "spark.sql.catalogImplementation=in-memory",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "spark.sql.shuffle.partitions=2",
            "spark.databricks.delta.snapshotPartitions=2",
            "spark.databricks.delta.setTransactionsInCrc.writeOnCommit=true")
        .map(setting -> "-D" + setting)
        .toList();
  }

  /** {@code kill -9} of the executor that a worker started. */
  void killExecutor(String host) throws Exception {
    List<ProcessHandle> executors = workers.get(host).children();
    assertThat(executors).as("executors on " + host).hasSize(1);
    kill(executors.get(0));
  }

  /** {@code kill -9} of a worker and of the executor that it started. */
  void killWorker(String host) throws Exception {
    List<ProcessHandle> executors = workers.get(host).children();
    assertThat(executors).as("executors on " + host).hasSize(1);
    workers.remove(host).kill();
    kill(executors.get(0));
  }

  private static void kill(ProcessHandle process) throws Exception {
    assertThat(process.destroyForcibly()).isTrue();
    process.onExit().get(30, TimeUnit.SECONDS);
  }

  /** Starts the workers that were killed, and waits until no executor is left of earlier runs. */
  void mend() throws InterruptedException {
    for (String host : HOSTS) {
      if (!workers.containsKey(host)) {
        startWorker(host);
      }
    }
    awaitWorkers();
    for (SyncProcess worker : workers.values()) {
      worker.awaitUntil(() -> worker.children().isEmpty());
    }
  }

  /** What executors logged, for the message of a test that failed. */
  String executorLogs() {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        logs.append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return logs.toString();
  }

  private void classPath() throws IOException {
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        own.add(packed(path).toString());
      } else if (path.getFileName().toString().startsWith("backhaul-")) {
        own.add(entry);
      } else if (Files.exists(path)) {
        libraries.add(entry);
      }
    }
  }

  /** A jar of a folder of classes, since that is what an application can bring. */
  private Path packed(Path classes) throws IOException {
    Path jar = folder.resolve("classes-" + own.size() + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        if (!name.equals("META-INF/MANIFEST.MF")) {
          entries.putNextEntry(new JarEntry(name));
          Files.copy(file, entries);
        }
      }
    }
    return jar;
  }

  @Override
  public void close() {
    List<ProcessHandle> executors =
        workers.values().stream().flatMap(worker -> worker.children().stream()).toList();
    workers.values().forEach(SyncProcess::close);
    executors.forEach(ProcessHandle::destroyForcibly);
    master.close();
  }
}
