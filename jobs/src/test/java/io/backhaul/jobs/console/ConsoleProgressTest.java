/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.jobs.sync.RunObserver.Delivered;
import io.backhaul.jobs.sync.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private ConsoleProgress progress(boolean shown) {
    return ConsoleProgress.on(terminal(shown), clock);
  }

  private Terminal terminal(boolean shown) {
    return new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), shown, shown, 120);
  }

  private String said() {
    String said = err.toString();
    err.getBuffer().setLength(0);
    return said;
  }

  @Test
  void aFileGetsALineAStepAndOneEveryFiveSeconds() {
    try (ConsoleProgress progress = progress(false)) {
      progress.step("acme/contacts", Step.DIFF, -1);
      assertThat(said()).isEqualTo("acme/contacts DIFF\n");
      clock.advance(Duration.ofSeconds(4));
      progress.tick();
      assertThat(said()).isEmpty();
      clock.advance(Duration.ofSeconds(1));
      progress.tick();
      assertThat(said()).isEqualTo("acme/contacts DIFF: 5 s so far\n");

      progress.step("acme/contacts", Step.DELIVER, 20_000);
      assertThat(said()).isEqualTo("acme/contacts DELIVER: 20,000 operations\n");
      progress.delivered(new Delivered(4_990, 10, 0, "open"));
      clock.advance(Duration.ofSeconds(5));
      progress.tick();
      assertThat(said())
          .isEqualTo(
              "acme/contacts DELIVER: 5,000 of 20,000, 1,000/s, 10 rejected, circuit open,"
                  + " about 15 s left\n");
    }
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void nothingIsSaidOfARunThatIsOver() {
    ConsoleProgress progress = progress(false);
    progress.step("acme/contacts", Step.SETTLE, -1);
    progress.ended();
    said();
    clock.advance(Duration.ofMinutes(1));
    progress.tick();
    assertThat(said()).isEmpty();
  }

  @Test
  void aTerminalGetsOneLineThatIsDrawnAgainAndClearedAtTheEnd() {
    ConsoleProgress progress = progress(true);
    progress.step("acme/contacts", Step.DELIVER, 20_000);
    progress.delivered(new Delivered(9_990, 10, 0, "closed"));
    progress.ended();
    String drawn = said();
    assertThat(drawn).contains("acme/contacts DELIVER", "10000/20000").doesNotContain("\n");
    assertThat(drawn).contains("10 rejected, circuit closed");
    assertThat(drawn).endsWith("\r" + " ".repeat(119) + "\r");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aDrawingThatComesAfterTheEndIsLeftOut() {
    LiveBar.OneLine line = new LiveBar.OneLine(terminal(true));
    line.accept("drawn in time");
    line.close();
    said();
    line.accept("drawn too late");
    assertThat(said()).isEmpty();
  }

  @Test
  void silenceIsSilent() {
    ConsoleProgress progress = ConsoleProgress.silent();
    progress.step("acme/contacts", Step.DELIVER, 20_000);
    progress.delivered(new Delivered(1, 0, 0, "closed"));
    progress.tick();
    progress.ended();
    assertThat(err.toString()).isEmpty();
  }
}
