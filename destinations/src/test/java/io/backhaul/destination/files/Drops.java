/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the tests of dropped files have in common. */
final class Drops {

  private Drops() {}

  static ObjectNode properties(String path) {
    return JsonNodeFactory.instance.objectNode().put("path", path);
  }

  static Destination open(ObjectNode properties) {
    return new FilesProvider()
        .open(
            new DestinationConfig("acme", "drops", "files", properties, Set.of()),
            DeliveryContext.system());
  }

  static Change change(Op op, int id, String fields) {
    return new Change("{\"id\":" + id + "}", op, fields, null, id, "");
  }

  static Batch batch(String id, Change... changes) {
    return new Batch(id, "contacts", changes[0].op(), List.of(changes));
  }

  static List<RecordResult> write(Destination destination, Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  /** All files below a folder, relative to it, sorted. */
  static List<String> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path folder, String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode manifest(Path folder, String batch) {
    try {
      return new ObjectMapper().readTree(text(folder, "contacts/_manifest/" + batch + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
