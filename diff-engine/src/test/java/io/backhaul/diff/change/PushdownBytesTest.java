/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.PushdownBed.WIDE;
import static io.backhaul.diff.change.PushdownBed.bytes;
import static io.backhaul.diff.change.PushdownBed.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.testkit.SharedPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hash pushdown is for. {@code ./backhaul bench pushdown} measures it at some size. */
class PushdownBytesTest {

  private static final int ROWS = 1_000;

  @TempDir Path folder;

  @Test
  void fewBytesTravelWhereFewRowsChange() {
    fewBytesTravel("UUID");
  }

  @Tag("faults") // takes minutes
  @ParameterizedTest
  @ValueSource(strings = {"NUMERIC", "CHAR(6)"})
  void fewBytesTravelWithOtherKeys(String keyType) {
    fewBytesTravel(keyType);
  }

  private void fewBytesTravel(String keyType) {
    PushdownBed bed = new PushdownBed(folder);
    PushdownBed.wide(keyType, ROWS);
    SnapshotSource source = source("wide", "id");
    TestSync pushed = bed.pushing("pushed", WIDE, Mode.MIRROR);
    long all = bytes(pushed, source, ROWS, ROWS);
    int few = ROWS / 100;
    SharedPostgres.run(
        "UPDATE wide SET name = name || '!' WHERE ctid IN (SELECT ctid FROM wide LIMIT %d)"
            .formatted(few));

    long hashes = bytes(pushed, source, ROWS, few);
    assertThat(hashes).as("of %d", all).isLessThan(all / 4);

    SharedPostgres.run("UPDATE wide SET other = 'y'");
    assertThat(bytes(pushed, source, ROWS, 0)).as("no mapped column changed").isLessThan(hashes);
    SharedPostgres.run("DELETE FROM wide WHERE ctid IN (SELECT ctid FROM wide LIMIT 1)");
    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = pushed.detect(source, snapshot)) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("delete", 1L));
      assertThat(changes.fallbackReason()).isEmpty();
    }
  }
}
