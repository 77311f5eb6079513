/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import java.text.DecimalFormat;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** One line of a terminal that is drawn again several times a second, and cleared at its end. */
final class LiveBar implements AutoCloseable {

  private static final int MILLIS_BETWEEN_DRAWINGS = 200;

  private final OneLine line;
  private final ProgressBar bar;

  /**
   * @param total things to go through, -1 where that is not known
   */
  LiveBar(Terminal terminal, String task, long total) {
    line = new OneLine(terminal);
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUpdateIntervalMillis(MILLIS_BETWEEN_DRAWINGS)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(line)
            .continuousUpdate();
    bar = (total < 0 ? builder.hideEta() : builder.showSpeed(new DecimalFormat("#,##0"))).build();
  }

  /**
   * Moves the bar.
   *
   * @param note said behind it
   */
  void at(long done, String note) {
    bar.stepTo(done);
    bar.setExtraMessage(note);
  }

  @Override
  public void close() {
    bar.refresh();
    bar.close();
    line.close(); // the library closes it when its timer gets to it, which may be after the next
    // line
  }

  /**
   * Draws without asking the terminal anything: the library's own way starts native code. What its
   * timer still draws after the end is left out.
   */
  static final class OneLine implements ProgressBarConsumer {
    private final Terminal terminal;
    private boolean closed;

    OneLine(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public int getMaxRenderedLength() {
      return terminal.columns() - 1;
    }

    @Override
    public synchronized void accept(String drawn) {
      if (!closed) {
        terminal.err().print("\r" + drawn);
        terminal.err().flush();
      }
    }

    @Override
    public synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      terminal.err().print("\r" + " ".repeat(getMaxRenderedLength()) + "\r");
      terminal.err().flush();
    }
  }
}
