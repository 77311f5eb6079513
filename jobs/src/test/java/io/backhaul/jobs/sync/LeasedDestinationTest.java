/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.jobs.ledger.LeaseBeat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasedDestinationTest {

  private static final Batch BATCH =
      new Batch(
          "batch",
          "contacts",
          Op.UPSERT,
          List.of(new Change("{\"id\":1}", Op.UPSERT, "{}", null, 1, "")));

  @TempDir Path folder;
  private final SettableClock clock = SettableClock.atNoon();
  private final Configuration hadoop = new Configuration(false);
  private final Counting counting = new Counting();
  private LeaseBeat beat;
  private long renewals;
  private LeasedDestination leased;

  /** Takes everything and counts. */
  private static final class Counting implements Destination {
    private int written;

    @Override
    public Capabilities capabilities() {
      return new Capabilities(EnumSet.allOf(Op.class), 100, 1000, 10, 1, false, Set.of());
    }

    @Override
    public ObjectSchema describe(String object) {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public Delivery write(Batch batch) {
      written++;
      return new Delivery.Settled(List.of(), 200, RateHint.NONE);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void aLeaseOfAMinute() {
    beat = new LeaseBeat(folder.toString(), "7");
    leased = new LeasedDestination(counting, clock.instant().plusSeconds(60), beat, hadoop, clock);
  }

  @Test
  void batchesPassWhileTheLeaseIsHeldOrRenewed() {
    leased.write(BATCH);
    clock.advance(Duration.ofSeconds(50));
    leased.write(BATCH);
    renew();
    clock.advance(Duration.ofSeconds(50));
    leased.write(BATCH);
    assertThat(counting.written).isEqualTo(3);
  }

  @Tag("fault-28")
  @Tag("twin-28")
  @Test
  void noBatchPassesInTheLastSecondsOrAfterTheEndAlthoughTheDestinationWouldTakeIt() {
    clock.advance(Duration.ofSeconds(56));
    assertRefused();
    clock.advance(Duration.ofHours(1));
    assertRefused();
    assertThat(counting.written).isZero();
    counting.write(BATCH);
    assertThat(counting.written).as("without the lease it goes out").isEqualTo(1);
  }

  @Test
  void noBatchPassesOnceAnotherRunTookTheLeaseOver() {
    renew();
    clock.advance(Duration.ofSeconds(56));
    beat.remove(hadoop);
    assertRefused();
  }

  @Test
  void aRenewalThatIsTornLeavesTheOneBeforeItInForce() throws IOException {
    renew();
    Instant whole = beat.heldUntil(hadoop);
    clock.advance(Duration.ofSeconds(20));
    renew();
    assertThat(beat.heldUntil(hadoop)).isEqualTo(whole.plusSeconds(20));
    Path second = folder.resolve("7-1");
    Files.writeString(second, Files.readString(second).substring(0, 10));
    assertThat(beat.heldUntil(hadoop)).isEqualTo(whole);
  }

  private void renew() {
    beat.write(hadoop, renewals++, clock.instant().plusSeconds(60));
  }

  private void assertRefused() {
    assertThatThrownBy(() -> leased.write(BATCH))
        .isInstanceOfSatisfying(
            DestinationException.class,
            e -> assertThat(e.kind()).isEqualTo(DestinationException.Kind.REFUSED))
        .hasMessageContaining("lease");
  }
}
