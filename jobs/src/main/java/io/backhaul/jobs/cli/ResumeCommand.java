/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.fleet.Wish;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code resume}. */
@Command(
    name = "resume",
    header = "Has the fleet run syncs again that are paused, or parked because they failed.",
    description = {
      "",
      "A sync that is parked failed too often in a row: mend what made it fail, which status and"
          + " the column last_error of the table queue say, and resume it. Its failures are"
          + " forgotten.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul resume acme/contacts",
      "  backhaul resume --tenant acme"
    })
final class ResumeCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private WishTarget target;

  @Override
  public Integer call() {
    return target.wish(Wish.RESUME, backhaul, json.chosen());
  }
}
