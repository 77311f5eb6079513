/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.alert.Alert;
import io.backhaul.jobs.alert.Webhook;
import io.backhaul.jobs.fleet.FleetSync;
import java.time.Clock;

/** Tells people of each sync that was parked: once, since only one worker's page parks it. */
final class ParkedAlerts implements WorkerListener {

  private final Webhook webhook;
  private final Clock clock;

  ParkedAlerts(Webhook webhook, Clock clock) {
    this.webhook = webhook;
    this.clock = clock;
  }

  @Override
  public void parked(FleetSync sync, String error) {
    webhook.send(Alert.parked(sync.tenant(), sync.name(), error, clock.instant()));
  }
}
