/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotBlank;

class BatcherPropertyTest {

  @Tag("fault-16")
  @Property(tries = 200)
  void everyChangeIsInOneBatchInOrderWithinTheLimits(
      @ForAll List<@NotBlank String> values,
      @ForAll @IntRange(min = 1, max = 7) int maxRecords,
      @ForAll @IntRange(min = 100, max = 400) int maxBytes) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      changes.add(new Change("{\"id\":" + i + "}", Op.UPSERT, values.get(i), null, i, ""));
    }
    Capabilities limits =
        new Capabilities(Set.of(Op.values()), maxRecords, maxBytes, 10, 1, false, Set.of());
    Batcher batcher = new Batcher("acme/contacts", "contacts", limits);

    List<Batch> batches = new ArrayList<>();
    batcher.batches(changes.iterator()).forEachRemaining(batches::add);

    assertThat(batches.stream().flatMap(batch -> batch.changes().stream()).toList())
        .isEqualTo(changes);
    for (Batch batch : batches) {
      long bytes = batch.changes().stream().mapToLong(BatcherPropertyTest::encoded).sum();
      assertThat(batch.size()).isLessThanOrEqualTo(maxRecords);
      assertThat(batch.size() == 1 || bytes <= maxBytes).isTrue();
      assertThat(batcher.oversized(batch)).isEqualTo(batch.size() == 1 && bytes > maxBytes);
    }
  }

  private static long encoded(Change change) {
    // A lone half of a surrogate pair has no encoding; Java writes one byte for it.
    String text = change.key() + change.fields();
    long lone = text.codePoints().filter(c -> c >= 0xD800 && c <= 0xDFFF).count();
    return text.getBytes(StandardCharsets.UTF_8).length + lone;
  }
}
