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

/** {@code pause}. */
@Command(
    name = "pause",
    header = "Has the fleet leave syncs alone until they are resumed.",
    description = {
      "",
      "A run that is under way ends by itself (cancel ends it), a job that waits is taken out of"
          + " the queue. By hand, a sync that is paused can still be run.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul pause acme/contacts",
      "  backhaul pause --tenant acme",
      "  backhaul pause --destination acme/crm"
    })
final class PauseCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private WishTarget target;

  @Override
  public Integer call() {
    return target.wish(Wish.PAUSE, backhaul, json.chosen());
  }
}
