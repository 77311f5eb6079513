/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import java.util.Map;

class LeadsContractTest extends MarketoContract {

  @Override
  Map.Entry<String, String> identity(int n) {
    return Map.entry("email", "person" + n + "@example.com");
  }

  @Override
  protected String object() {
    return "leads";
  }

  @Override
  protected boolean resultsByPosition() {
    return true;
  }
}
