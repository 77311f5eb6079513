/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @TempDir Path parent;

  @Test
  void aTimeThatTheClocksSkipComesWhenTheyGoOn() {
    assertThat(times("0 2 * * *", "2026-03-27T12:00:00Z", 3))
        .containsExactly("2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    assertThat(times("30 2 * * *", "2026-03-28T12:00:00Z", 2))
        .containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  void aTimeThatTheClocksShowTwiceComesOnce() {
    assertThat(times("30 2 * * *", "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void everyHourIsEveryHourWhateverTheClocksDo() {
    assertThat(times("0 * * * *", "2026-10-24T23:30:00Z", 4))
        .containsExactly(
            "2026-10-25T00:00:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T02:00:00Z",
            "2026-10-25T03:00:00Z");
    assertThat(times("0 * * * *", "2026-03-28T23:30:00Z", 3))
        .containsExactly("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
  }

  @Test
  void aDayThatNeverComesHasNoTime() {
    assertThat(CronTimes.of("0 2 31 2 *", BERLIN).after(Instant.EPOCH)).isEmpty();
  }

  @Test
  void syncsThatWaitForEachOtherInACircleAreNamed() {
    Conf conf =
        new Conf(parent)
            .write("syncs/acme/accounts.yaml", after("contacts"))
            .write("syncs/acme/contacts.yaml", after("deals"))
            .write("syncs/acme/deals.yaml", after("accounts"));

    assertThat(conf.problems())
        .singleElement()
        .asString()
        .isEqualTo(
            conf.folder()
                + "/syncs/acme/deals.yaml:6:20 schedule.after[0]: waits in a circle: acme/accounts"
                + " before acme/contacts before acme/deals before acme/accounts; give one of them"
                + " a time of its own");
  }

  @Test
  void twoMayFollowTheSameOne() {
    Conf conf =
        new Conf(parent)
            .withAccounts()
            .write("syncs/acme/contacts.yaml", after("accounts"))
            .write("syncs/acme/deals.yaml", after("accounts, contacts"));

    assertThat(conf.problems()).isEmpty();
  }

  private static String after(String parents) {
    return Conf.CONTACTS.replace("mode: upsert", "schedule: {after: [" + parents + "]}");
  }

  private static List<String> times(String expression, String from, int count) {
    CronTimes cron = CronTimes.of(expression, BERLIN);
    List<String> times = new ArrayList<>();
    Instant at = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      at = cron.after(at).orElseThrow();
      times.add(at.toString());
    }
    return times;
  }
}
