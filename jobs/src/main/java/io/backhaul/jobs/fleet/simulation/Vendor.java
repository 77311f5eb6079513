/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import java.util.Locale;

/** Where the made-up syncs go; of 50 syncs of a tenant 20, 15, 10 and 5. */
enum Vendor {
  SALESFORCE(0.4, 25, 200, 350),
  MARKETO(0.7, 5, 300, 600),
  ZENDESK(0.9, 10, 100, 250),
  MESSAGING(1.0, 20, 100, 120);

  private final double upTo;
  final double requestsPerSecond;
  final int batch;
  final int latencyMillis;

  Vendor(double upTo, double requestsPerSecond, int batch, int latencyMillis) {
    this.upTo = upTo;
    this.requestsPerSecond = requestsPerSecond;
    this.batch = batch;
    this.latencyMillis = latencyMillis;
  }

  static Vendor of(int sync, int syncs) {
    for (Vendor vendor : values()) {
      if ((sync + 0.5) / syncs < vendor.upTo) {
        return vendor;
      }
    }
    return MESSAGING;
  }

  String account() {
    return name().toLowerCase(Locale.ROOT);
  }
}
