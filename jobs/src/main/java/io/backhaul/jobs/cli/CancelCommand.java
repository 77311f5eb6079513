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

/** {@code cancel}. */
@Command(
    name = "cancel",
    header = "Ends runs of the fleet early, and takes jobs that wait out of the queue.",
    description = {
      "",
      "Returns at once; within seconds the worker ends the run. What the destination acknowledged"
          + " is settled, the rest goes out when the sync is due again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul cancel acme/contacts",
      "  backhaul cancel --tenant acme"
    })
final class CancelCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private WishTarget target;

  @Override
  public Integer call() {
    return target.wish(Wish.CANCEL, backhaul, json.chosen());
  }
}
