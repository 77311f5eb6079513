/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Probe;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Answers of a vendor as it documents them or as they were recorded, and what its connector makes
 * of them. They are read from a folder {@code shared/golden} of this or any directory above; they
 * are no part of the project.
 */
public final class GoldenAnswers {

  private final DestinationProvider provider;
  private final Path folder;
  private final Map<String, JsonNode> index = new HashMap<>();
  private final Set<String> read = new HashSet<>();

  private GoldenAnswers(String vendor, Path folder) {
    this.provider = Providers.of(vendor).orElseThrow();
    this.folder = folder;
    for (JsonNode each : Canonical.tree(text(folder.resolve("index.json")))) {
      index.put(each.path("file").asText(), each);
    }
  }

  /** A vendor's answers; where they are not at hand the test is skipped and says so. */
  public static GoldenAnswers of(String vendor) {
    return new GoldenAnswers(vendor, folder(vendor));
  }

  /** Where a vendor's answers lie; where they are not at hand the test is skipped and says so. */
  public static Path folder(String vendor) {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path folder = up.resolve("shared").resolve("golden").resolve(vendor);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return abort("no golden answers here: there is no folder shared/golden/" + vendor);
  }

  /** What the connector makes of an answer to the request that carries the batch. */
  public Reading read(String file, Batch batch) {
    Wire.Reply reply = reply(file);
    return new Inspection(provider, config(), SettableClock.atNoon()).read(batch, reply);
  }

  /** What the connector makes of an answer to its probe. */
  public Probe probe(String file) {
    return asked(file, Destination::probe);
  }

  /** What the connector makes of an answer to whatever {@code question} makes it ask. */
  public <T> T asked(String file, Function<Destination, T> question) {
    Wire.Reply reply = reply(file);
    DeliveryContext context = new DeliveryContext(SettableClock.atNoon(), "golden");
    try (Destination destination = provider.open(config(), context.over(request -> reply))) {
      return question.apply(destination);
    }
  }

  private DestinationConfig config() {
    return new DestinationConfig("acme", "golden", provider.type(), provider.sample());
  }

  private Wire.Reply reply(String file) {
    read.add(file);
    JsonNode told = index.get(file);
    assertThat(told).as("the index names %s", file).isNotNull();
    Map<String, List<String>> headers = new HashMap<>();
    told.path("headers")
        .fields()
        .forEachRemaining(
            header -> headers.put(header.getKey(), List.of(header.getValue().asText())));
    return new Wire.Reply(
        told.path("http_status").asInt(),
        headers,
        text(folder.resolve(file)).getBytes(StandardCharsets.UTF_8));
  }

  /** The results of an answer that has some. */
  public List<RecordResult> results(String file, Batch batch) {
    Reading reading = read(file, batch);
    assertThat(reading).as(file).isInstanceOf(Reading.Understood.class);
    return ((Delivery.Settled) ((Reading.Understood) reading).delivery()).results();
  }

  /** What an answer means that ends the whole batch. */
  public DestinationException failure(String file, Batch batch) {
    Reading reading = read(file, batch);
    assertThat(reading).as(file).isInstanceOf(Reading.Failed.class);
    return ((Reading.Failed) reading).failure();
  }

  /** Fails if an answer was not read, apart from those that a delivery never gets. */
  public void assertAllReadBut(String... others) {
    Set<String> left = new TreeSet<>(index.keySet());
    left.removeAll(read);
    assertThat(left).containsExactlyInAnyOrder(others);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
