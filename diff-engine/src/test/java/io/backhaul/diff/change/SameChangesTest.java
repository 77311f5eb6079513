/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.diff.change.SameTable.Item;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.state.TableRef;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same changed rows come out of every kind of source, whichever way they are looked for. What
 * should come is worked out in plain Java.
 */
class SameChangesTest {

  private static final MappingSpec SPEC =
      new MappingSpec(
          List.of("id"),
          "updated_at",
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("amount", "amount"),
              new FieldMapping.FromColumn("big", "big"),
              new FieldMapping.FromExpression("ratio", "nanvl(ratio, -1D)"),
              new FieldMapping.FromExpression("odd", "isnan(ratio)"),
              new FieldMapping.FromColumn("active", "active"),
              new FieldMapping.FromColumn("day", "day"),
              new FieldMapping.FromColumn("seen", "seen"),
              new FieldMapping.FromColumn("bytes", "bytes")),
          Set.of());

  private static final List<String> NAMES =
      Arrays.asList(
          null, "", "a", " a", "A", "ü", "u\u0308", "雪 😀", "\"b\" \\ it's", "a\nb", "null", "-");
  private static final List<BigDecimal> AMOUNTS =
      Arrays.asList(null, number("0.00"), number("1.10"), number("-1.10"), number("9999999999.99"));
  private static final List<BigDecimal> BIGS =
      Arrays.asList(
          null,
          number("0"),
          number("9007199254740993"),
          number("9007199254740992"),
          number("-12345678901234567890123456789012345678"));
  private static final List<Double> RATIOS =
      Arrays.asList(null, 0.0, -0.0, Double.NaN, 0.3, 0.30000000000000004, 1e300, -1.0);
  private static final List<Boolean> ACTIVE = Arrays.asList(null, true, false);
  private static final List<LocalDate> DAYS =
      Arrays.asList(
          null, LocalDate.of(2024, 2, 29), LocalDate.of(1900, 1, 1), LocalDate.of(9999, 12, 31));
  private static final List<Instant> SEEN =
      Arrays.asList(
          null,
          Instant.parse("2024-03-31T01:00:00Z"),
          Instant.parse("2024-03-31T01:00:00.000001Z"),
          Instant.parse("1969-12-31T23:59:59.999999Z"));
  private static final List<byte[]> BYTES =
      Arrays.asList(null, new byte[0], new byte[] {0}, new byte[] {0, -1}, new byte[] {65});

  private static final Instant LONG_AGO = Instant.parse("2024-01-01T00:00:00Z");
  private static final Instant LATELY = Instant.parse("2024-06-01T00:00:00Z");

  private static final List<Item> BEFORE =
      LongStream.rangeClosed(1, 200).mapToObj(id -> item(id, 0, LONG_AGO)).toList();
  private static final List<Item> AFTER = edited(BEFORE);

  @TempDir Path folder;

  private static BigDecimal number(String text) {
    return new BigDecimal(text);
  }

  /**
   * @param turn with another one, one of the columns has another value
   */
  private static Item item(long id, int turn, Instant updatedAt) {
    int turned = (int) (id / 7 % 8);
    return new Item(
        id,
        pick(NAMES, id, turned == 0 ? turn : 0),
        pick(AMOUNTS, id / 2, turned == 1 ? turn : 0),
        pick(BIGS, id / 3, turned == 2 ? turn : 0),
        pick(RATIOS, id / 3, turned == 3 ? turn : 0),
        pick(ACTIVE, id, turned == 4 ? turn : 0),
        pick(DAYS, id / 5, turned == 5 ? turn : 0),
        pick(SEEN, id / 2, turned == 6 ? turn : 0),
        pick(BYTES, id / 4, turned == 7 ? turn : 0),
        updatedAt);
  }

  private static <T> T pick(List<T> values, long id, int turn) {
    return values.get((int) ((id + turn) % values.size()));
  }

  /** Removes every tenth row, changes and touches some, adds some. */
  private static List<Item> edited(List<Item> items) {
    List<Item> edited = new ArrayList<>();
    for (Item item : items) {
      if (item.id() % 7 == 0) {
        edited.add(item(item.id(), 1, LATELY));
      } else if (item.id() % 11 == 0) {
        edited.add(item(item.id(), 0, item.id() % 2 == 0 ? LATELY : null));
      } else if (item.id() % 10 != 0) {
        edited.add(item);
      }
    }
    LongStream.rangeClosed(201, 220).forEach(id -> edited.add(item(id, 0, LATELY)));
    return edited;
  }

  @ParameterizedTest
  @EnumSource
  void theSameRowsComeOfEverySource(SameTable.Kind kind) {
    try (SameTable table = kind.open(folder)) {
      table.put(BEFORE);
      TestSync sync = new TestSync(folder, SPEC);
      sync.mode = Mode.MIRROR;
      boolean pushes = SnapshotSource.pushesHashes(table.spec());
      ChangeDetector pushdown =
          new PushdownDiff(new TableRef.ByPath(folder.resolve("hashes").toString()), 1);
      sync.detector = pushes ? pushdown : null;
      try (Snapshot first = table.source().pin(TestSync.SPARK);
          ChangeSet changes = sync.detect(table.source(), first)) {
        assertThat(found(changes)).isEqualTo(expected(List.of(), BEFORE, true));
        changes.learn();
        sync.settle(first.rows(), changes, key -> true);
        sync.cursor =
            new Cursor(
                Cursor.kind(Strategy.WATERMARK),
                LONG_AGO.plusSeconds(1).toString(),
                first.version(),
                sync.mapping(first.rows()).fingerprint());
      }

      table.put(AFTER);
      if (pushes) {
        assertFound(table, sync, "by hashes", AFTER.size(), true);
      }
      sync.detector = new SnapshotDiff();
      assertFound(table, sync, "by whole rows", AFTER.size(), true);
      sync.detector = new WatermarkDiff();
      sync.mode = Mode.UPSERT;
      assertFound(table, sync, "by a watermark", moved(), false);
    }
  }

  private static void assertFound(
      SameTable table, TestSync sync, String way, long looked, boolean deletes) {
    try (Snapshot second = table.source().pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(table.source(), second)) {
      assertThat(changes.fallbackReason()).as(way).isEmpty();
      assertThat(found(changes)).as(way).isEqualTo(expected(BEFORE, AFTER, deletes));
      assertThat(changes.counts().source()).as(way).isEqualTo(looked);
    }
  }

  private static long moved() {
    return AFTER.stream().filter(item -> !LONG_AGO.equals(item.updatedAt())).count();
  }

  private static Map<String, String> found(ChangeSet changes) {
    Map<String, String> found = new TreeMap<>();
    changes
        .planned()
        .select("key", "op", "payload")
        .collectAsList()
        .forEach(
            row ->
                found.put(
                    row.getString(0),
                    row.getString(1).equals("delete") ? "delete" : row.getString(2)));
    return found;
  }

  private static Map<String, String> expected(
      List<Item> before, List<Item> after, boolean deletes) {
    Map<Long, Item> held = byId(before);
    Map<String, String> expected = new TreeMap<>();
    for (Item item : after) {
      Item old = held.remove(item.id());
      if (old == null || !values(old).equals(values(item))) {
        expected.put(key(item.id()), json(item));
      }
    }
    if (deletes) {
      held.keySet().forEach(id -> expected.put(key(id), "delete"));
    }
    return expected;
  }

  private static Map<Long, Item> byId(List<Item> items) {
    return items.stream().collect(Collectors.toMap(Item::id, Function.identity()));
  }

  private static String key(long id) {
    return "{\"id\":" + id + "}";
  }

  /** What counts as the same: there is one zero. */
  private static List<Object> values(Item item) {
    return Arrays.asList(
        item.name(),
        item.amount(),
        item.big(),
        item.ratio() == null ? null : item.ratio() + 0.0,
        item.active(),
        item.day(),
        item.seen(),
        item.bytes() == null ? null : Base64.getEncoder().encodeToString(item.bytes()));
  }

  private static String json(Item item) {
    boolean odd = item.ratio() != null && item.ratio().isNaN();
    return Stream.of(
            "\"name\":" + quoted(item.name()),
            "\"amount\":" + item.amount(),
            "\"big\":" + item.big(),
            "\"ratio\":" + (odd ? "-1.0" : item.ratio()),
            "\"odd\":" + odd,
            "\"active\":" + item.active(),
            "\"day\":" + quoted(Objects.toString(item.day(), null)),
            "\"seen\":" + quoted(micros(item.seen())),
            "\"bytes\":"
                + quoted(
                    item.bytes() == null ? null : Base64.getEncoder().encodeToString(item.bytes())))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String micros(Instant instant) {
    return instant == null
        ? null
        : DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .withZone(ZoneOffset.UTC)
            .format(instant);
  }

  private static String quoted(String text) {
    try {
      return new ObjectMapper().writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
