/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

class HttpPerRecordContractTest extends HttpContract {

  HttpPerRecordContractTest() {
    super("per_record");
  }
}
