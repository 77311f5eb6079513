/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tenant's other syncs, as far as a sync that looks up their ids must know them. Their files
 * are read for that alone: other mistakes in them are no problem here.
 */
final class SiblingSyncs {

  private final ConfFiles files;
  private final ConfFiles.Entry own;
  private final Map<String, Optional<Sibling>> known = new HashMap<>();

  SiblingSyncs(ConfFiles files, ConfFiles.Entry own) {
    this.files = files;
    this.own = own;
  }

  /**
   * What a file says.
   *
   * @param key its key columns, at least one
   * @param deletes whether its mode is delete
   * @param lookedUp the syncs that it looks up itself
   */
  record Sibling(List<String> key, boolean deletes, List<String> lookedUp) {}

  /** The name of the sync that asks. */
  String own() {
    return own.name();
  }

  /** The names of all syncs of the tenant. */
  List<String> names() {
    return files.syncs(own.tenant());
  }

  /** One of them; empty if its file does not tell its key. */
  Optional<Sibling> read(String name) {
    return known.computeIfAbsent(name, this::parsed);
  }

  /**
   * The way on which a sync looks up, in the end, the sync that asks, from that one to that one;
   * empty if there is none.
   */
  List<String> circle(String from) {
    List<String> way = new ArrayList<>(List.of(own.name()));
    return leadsHome(from, way, new HashSet<>()) ? way : List.of();
  }

  private boolean leadsHome(String name, List<String> way, Set<String> seen) {
    if (!seen.add(name)) {
      return false;
    }
    way.add(name);
    if (name.equals(own.name())) {
      return true;
    }
    for (String next : read(name).map(Sibling::lookedUp).orElse(List.of())) {
      if (leadsHome(next, way, seen)) {
        return true;
      }
    }
    way.remove(way.size() - 1);
    return false;
  }

  private Optional<Sibling> parsed(String name) {
    Optional<ConfFiles.Entry> entry = files.sync(own.tenant(), name);
    if (entry.isEmpty() || files.foreign(entry.get()).isPresent()) {
      return Optional.empty();
    }
    Optional<Yaml> file =
        YamlReader.read(entry.get().file(), new SpecMarks(entry.get().shown()), new SpecProblems());
    List<String> key =
        file.stream().flatMap(yaml -> value(yaml, "key").flatMap(SiblingSyncs::words)).toList();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    boolean deletes =
        value(file.get(), "mode").flatMap(SiblingSyncs::words).anyMatch("delete"::equals);
    List<String> lookedUp =
        value(file.get(), "mapping")
            .flatMap(SiblingSyncs::values)
            .flatMap(field -> value(field, "lookup"))
            .flatMap(lookup -> value(lookup, "sync"))
            .flatMap(SiblingSyncs::words)
            .toList();
    return Optional.of(new Sibling(key, deletes, lookedUp));
  }

  private static Stream<Yaml> value(Yaml yaml, String name) {
    return yaml instanceof Yaml.Fields fields
        ? fields.fields().stream().filter(field -> field.name().equals(name)).map(Yaml.Field::value)
        : Stream.empty();
  }

  private static Stream<Yaml> values(Yaml yaml) {
    return yaml instanceof Yaml.Fields fields
        ? fields.fields().stream().map(Yaml.Field::value)
        : Stream.empty();
  }

  private static Stream<String> words(Yaml yaml) {
    if (yaml instanceof Yaml.Items items) {
      return items.items().stream().flatMap(SiblingSyncs::words);
    }
    return yaml instanceof Yaml.Single single && single.kind() != Yaml.Kind.NOTHING
        ? Stream.of(single.text())
        : Stream.empty();
  }
}
