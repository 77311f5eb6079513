/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a sync should do, in plain maps: a source that is edited at random, what the destination
 * holds, and the dead letters. Knows nothing of hashes, tables or Spark.
 */
final class SyncModel {

  /** A source row; {@code region} and {@code id} are the key. */
  record SourceRow(String region, Integer id, String name, Integer score, long updatedAt) {

    String key() {
      return "{\"region\":"
          + (region == null ? "null" : "\"" + region + "\"")
          + ",\"id\":"
          + id
          + "}";
    }

    /** What the mapping takes of the row. */
    List<Object> values() {
      List<Object> values = new ArrayList<>();
      values.add(name);
      values.add(score);
      return values;
    }

    boolean hasKey() {
      return region != null && id != null;
    }
  }

  /** What a run should find. */
  record Expected(
      Map<String, String> planned,
      Set<String> invalid,
      Set<String> quarantined,
      long source,
      long unchanged,
      long invalidRows,
      long quarantinedRows) {}

  /** A dead letter, by the values that were refused. */
  record LetterId(String key, List<Object> values, String stage) {}

  final List<SourceRow> source = new ArrayList<>();
  final Map<String, List<Object>> held = new HashMap<>();

  /** Whether each letter is requeued. */
  final Map<LetterId, Boolean> letters = new HashMap<>();

  private final Random random;
  private final Mode mode;
  private final int keys;
  private long clock = 1_000;

  SyncModel(Random random, Mode mode, int keys) {
    this.random = random;
    this.mode = mode;
    this.keys = keys;
  }

  /** Edits the source: new, changed, touched, removed, duplicated rows; returns the keys edited. */
  Set<String> edit(double share) {
    Set<String> edited = new TreeSet<>();
    for (int id = 0; id < keys; id++) {
      for (String region : new String[] {"EU", null}) {
        if (random.nextDouble() >= (region == null ? share / 20 : share)) {
          continue;
        }
        String name = region;
        int number = id;
        source.removeIf(
            row -> Objects.equals(row.region(), name) && Objects.equals(row.id(), number));
        int copies =
            switch (random.nextInt(8)) {
              case 0 -> 0;
              case 1 -> 2;
              default -> 1;
            };
        SourceRow row =
            new SourceRow(
                region,
                id,
                random.nextInt(8) == 0 ? null : "n" + random.nextInt(3),
                random.nextInt(4) == 0 ? null : random.nextInt(3),
                ++clock);
        for (int copy = 0; copy < copies; copy++) {
          source.add(row);
        }
        edited.add(row.key());
      }
    }
    return edited;
  }

  /** What a run over all of the source should find now. */
  Expected expected() {
    Map<String, List<SourceRow>> byKey = new TreeMap<>();
    source.forEach(row -> byKey.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row));
    Map<String, String> planned = new TreeMap<>();
    Set<String> invalid = new TreeSet<>();
    Set<String> quarantined = new TreeSet<>();
    long[] rows = new long[3];
    byKey.forEach(
        (key, copies) -> {
          SourceRow row = copies.get(0);
          boolean broken = copies.size() > 1 || !row.hasKey();
          if (!broken && settled(key, row.values())) {
            rows[0]++;
            return;
          }
          boolean failing = broken || row.name() == null;
          if (holds(new LetterId(key, row.values(), failing ? "validation" : "destination"))) {
            quarantined.add(key);
            rows[2] += copies.size();
          } else if (failing) {
            invalid.add(key);
            rows[1] += copies.size();
          } else {
            planned.put(key, opOfRow());
          }
        });
    if (mode == Mode.MIRROR) {
      held.forEach(
          (key, values) -> {
            if (byKey.containsKey(key)) {
              return;
            }
            if (holds(new LetterId(key, values, "destination"))) {
              quarantined.add(key);
            } else {
              planned.put(key, "delete");
            }
          });
    }
    return new Expected(planned, invalid, quarantined, source.size(), rows[0], rows[1], rows[2]);
  }

  private boolean settled(String key, List<Object> values) {
    boolean known = held.containsKey(key);
    return switch (mode) {
      case INSERT, APPEND -> known;
      case UPSERT, UPDATE, MIRROR, DELETE -> known && held.get(key).equals(values);
    };
  }

  private boolean holds(LetterId letter) {
    return Boolean.FALSE.equals(letters.get(letter));
  }

  private String opOfRow() {
    return switch (mode) {
      case UPSERT, MIRROR -> "upsert";
      case UPDATE -> "update";
      case INSERT, APPEND -> "insert";
      case DELETE -> "delete";
    };
  }

  /** The destination acknowledged an operation on this key. */
  void applied(String key, String op) {
    if (op.equals("delete") && mode != Mode.DELETE) {
      held.remove(key);
    } else {
      held.put(key, valuesOf(key));
    }
  }

  /** The values that an operation on this key is about. */
  List<Object> valuesOf(String key) {
    return source.stream()
        .filter(row -> row.key().equals(key))
        .findFirst()
        .map(SourceRow::values)
        .orElseGet(() -> held.get(key));
  }
}
