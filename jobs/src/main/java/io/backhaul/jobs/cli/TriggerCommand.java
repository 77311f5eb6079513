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

/** {@code trigger}. */
@Command(
    name = "trigger",
    header = "Has the fleet run syncs as soon as there is a place, whatever their schedule.",
    description = {
      "",
      "Returns at once; the run is the fleet's. One that is queued or runs already is not run"
          + " twice. A sync that is paused or parked is run, too.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul trigger acme/contacts",
      "  backhaul trigger --destination acme/crm"
    })
final class TriggerCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private WishTarget target;

  @Override
  public Integer call() {
    return target.wish(Wish.TRIGGER, backhaul, json.chosen());
  }
}
