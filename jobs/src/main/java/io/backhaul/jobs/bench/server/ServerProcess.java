/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A {@link CountingServer} in another JVM, which ends with this object or with this process. */
public final class ServerProcess implements AutoCloseable {

  private final Process process;
  private final URI url;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerProcess(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one and waits until it listens. */
  public static ServerProcess start(Duration latency) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                CountingServer.class.getName(),
                Long.toString(latency.toMillis()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // not closed: the process writes nothing more, and closing it would close the process's output
    BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
    String port = out.readLine();
    if (port == null) {
      process.destroy();
      throw new IOException("the counting server did not start; its own words are above");
    }
    return new ServerProcess(process, URI.create("http://127.0.0.1:" + port));
  }

  private static String classPath() {
    try {
      return Path.of(
              CountingServer.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this class was loaded from no file", e);
    }
  }

  /** Where it takes posts. */
  public URI url() {
    return url;
  }

  /** What has arrived since it started. */
  public Counts counts() throws IOException {
    try {
      return Counts.parse(
          client
              .send(
                  HttpRequest.newBuilder(url.resolve("/counts")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking for counts", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
