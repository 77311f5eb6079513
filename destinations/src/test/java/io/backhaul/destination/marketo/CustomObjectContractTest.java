/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import java.util.Map;

class CustomObjectContractTest extends MarketoContract {

  @Override
  Map.Entry<String, String> identity(int n) {
    return Map.entry("vin", "19UYA31581L" + n);
  }

  @Override
  protected String object() {
    return "customobjects/car_c";
  }
}
