/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends one request from a JVM of its own, because names, trust stores and the options of the JDK's
 * client belong to a whole JVM.
 */
final class OtherJvm {

  /** What the request is sent through. */
  enum Client {
    TRANSPORT,
    TRANSPORT_WITH_PRIVATE_NETWORKS,
    /** Looks at the address, and then leaves the rest to the JDK's client, as one might. */
    NAIVE
  }

  /** A system property: whether something else has used the JDK's client before us. */
  static final String CLIENT_USED_BEFORE = "backhaul.test.client-used-before";

  private final List<String> options = new ArrayList<>();
  private final Path folder;

  /**
   * @param folder for the file of names, and for what the JVM prints
   */
  OtherJvm(Path folder) {
    this.folder = folder;
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-Djava.net.preferIPv4Stack=true");
    // Names are read from the file at each lookup, and never remembered.
    options.add("-Djdk.net.hosts.file=" + hosts());
    options.add("-Dsun.net.inetaddr.ttl=0");
  }

  OtherJvm with(String option) {
    options.add(option);
    return this;
  }

  private Path hosts() {
    return folder.resolve("hosts");
  }

  /**
   * Sends a POST to the url, whose name has the address {@code first} until it was looked up once
   * and {@code then} from there on.
   *
   * @return {@code answered} and the status, or what kind of failure with which message
   */
  String post(Client client, URI url, String first, String then) throws Exception {
    Files.writeString(hosts(), first + " " + url.getHost() + "\n");
    Path printed = folder.resolve("printed");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(OtherJvm.class.getName(), client.name(), url.toString(), hosts().toString(), then));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(printed.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IOException("the other JVM did not end");
      }
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(printed).strip();
  }

  /** The same with one address for the name. */
  String post(Client client, URI url, String address) throws Exception {
    return post(client, url, address, address);
  }

  public static void main(String[] args) throws Exception {
    if (Boolean.getBoolean(CLIENT_USED_BEFORE)) {
      HttpClient.newHttpClient();
    }
    URI url = URI.create(args[1]);
    Path hosts = Path.of(args[2]);
    AddressGuard.Names moving =
        host -> {
          var found = AddressGuard.Names.SYSTEM.of(host);
          rename(hosts, args[3] + " " + host + "\n");
          return found;
        };
    Client client = Client.valueOf(args[0]);
    if (client == Client.NAIVE) {
      moving.of(url.getHost());
      System.out.println("answered " + naive(url));
      return;
    }
    AddressGuard guard =
        new AddressGuard(true, client == Client.TRANSPORT_WITH_PRIVATE_NETWORKS, moving);
    byte[] body = "{\"records\":[]}".getBytes(StandardCharsets.UTF_8);
    try (Transport transport =
        new Transport(
            guard,
            new Auth.Bearer("fake-token"),
            Duration.ofSeconds(20),
            10_000,
            "backhaul/test")) {
      HttpAnswer answer = transport.send(HttpCall.json("POST", url, body, "batch-1"));
      System.out.println("answered " + answer.status());
    } catch (DestinationException e) {
      System.out.println(e.kind() + " " + e.code() + " " + e.getMessage());
    }
  }

  private static int naive(URI url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .POST(HttpRequest.BodyPublishers.ofString("{\"records\":[]}"))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static void rename(Path hosts, String content) {
    try {
      Files.writeString(hosts, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
