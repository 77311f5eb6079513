/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.util.List;

/** The vendors a sandbox speaks for; made anew for each sandbox, because they keep jobs. */
final class SandboxVendors {

  private SandboxVendors() {}

  static List<SandboxVendor> all() {
    return List.of(
        new BrazeSandbox(),
        new CensusSandbox(),
        new CustomerioSandbox(),
        new HubSpotSandbox(),
        new IntercomSandbox(),
        new IterableSandbox(),
        new KlaviyoSandbox(),
        new MarketoSandbox(),
        new SalesforceSandbox(),
        new SlackSandbox(),
        new ZendeskSandbox());
  }
}
