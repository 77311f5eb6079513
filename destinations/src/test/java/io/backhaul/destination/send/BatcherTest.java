/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.change;
import static io.backhaul.destination.send.Bench.upserts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatcherTest {

  private static Batcher batcher(int maxRecords, long maxBytes) {
    return new Batcher("acme/contacts", "contacts", limits(maxRecords, maxBytes));
  }

  private static Capabilities limits(int maxRecords, long maxBytes) {
    return new Capabilities(Set.of(Op.values()), maxRecords, maxBytes, 10, 1, false, Set.of());
  }

  private static List<Batch> cut(Batcher batcher, List<Change> changes) {
    List<Batch> batches = new ArrayList<>();
    batcher.batches(changes.iterator()).forEachRemaining(batches::add);
    return batches;
  }

  @Test
  void batchesHoldOneKindOfOperation() {
    List<Change> changes =
        List.of(
            change(Op.DELETE, "a"),
            change(Op.DELETE, "b"),
            change(Op.UPSERT, "c"),
            change(Op.DELETE, "d"));

    assertThat(cut(batcher(10, 1 << 20), changes))
        .extracting(Batch::op, Batch::size)
        .containsExactly(tuple(Op.DELETE, 2), tuple(Op.UPSERT, 1), tuple(Op.DELETE, 1));
  }

  @Test
  void aSecondChangeOfAKeyBeginsABatch() {
    List<Change> changes =
        List.of(change(Op.UPSERT, "a"), change(Op.UPSERT, "b"), change(Op.UPSERT, "a"));

    assertThat(cut(batcher(10, 1 << 20), changes)).extracting(Batch::size).containsExactly(2, 1);
  }

  @Test
  void aBatchIsFilledToItsBytesWhateverTheAlphabet() {
    // Key 8 bytes, fields 22, envelope 64: 94 bytes a record of either kind.
    List<String> fields = List.of("{\"n\":\"aaaaaaaaaaaaaa\"}", "{\"n\":\"éé€€aaaa\"}");
    for (String each : fields) {
      List<Change> changes =
          IntStream.range(0, 10)
              .mapToObj(i -> new Change("{\"id\":" + i + "}", Op.UPSERT, each, null, 1, ""))
              .toList();

      assertThat(each.getBytes(StandardCharsets.UTF_8)).hasSize(22);
      assertThat(cut(batcher(100, 5 * 94), changes)).extracting(Batch::size).containsExactly(5, 5);
      assertThat(cut(batcher(100, 5 * 94 - 1), changes))
          .extracting(Batch::size)
          .containsExactly(4, 4, 2);
    }
  }

  @Test
  void theSameChangesGiveTheSameIds() {
    assertThat(cut(batcher(3, 1 << 20), upserts(10)))
        .isEqualTo(cut(batcher(3, 1 << 20), upserts(10)));
  }

  @Test
  void whateverDistinguishesTwoBatchesChangesTheId() {
    Change base = new Change("{\"id\":1}", Op.UPSERT, "{}", null, 7, "run-1");
    Batcher batcher = batcher(10, 1 << 20);
    Stream<String> ids =
        Stream.of(
                cut(batcher, List.of(base)),
                cut(batcher, List.of(new Change("{\"id\":2}", Op.UPSERT, "{}", null, 7, "run-1"))),
                cut(batcher, List.of(new Change("{\"id\":1}", Op.UPDATE, "{}", null, 7, "run-1"))),
                cut(batcher, List.of(new Change("{\"id\":1}", Op.UPSERT, "{}", null, 8, "run-1"))),
                cut(batcher, List.of(new Change("{\"id\":1}", Op.UPSERT, "{}", null, 7, "run-2"))),
                cut(new Batcher("globex/contacts", "contacts", limits(10, 1 << 20)), List.of(base)),
                cut(new Batcher("acme/contacts", "leads", limits(10, 1 << 20)), List.of(base)))
            .map(batches -> batches.get(0).id());

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
  }

  @Test
  void changesAreReadOneAheadAndNoFurther() {
    AtomicInteger read = new AtomicInteger();
    Iterator<Change> endless =
        Stream.generate(() -> change(Op.UPSERT, "k" + read.incrementAndGet())).iterator();

    Iterator<Batch> batches = batcher(100, 1 << 20).batches(endless);
    batches.next();

    assertThat(read.get()).isLessThanOrEqualTo(101);
  }
}
