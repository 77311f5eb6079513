/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import java.util.List;

class HttpByStatusContractTest extends HttpContract {

  HttpByStatusContractTest() {
    super("by_status");
  }

  @Override
  protected boolean resultsPerRecord() {
    return false;
  }

  /** Any other body of a 2xx means what the status says. */
  @Override
  protected List<String> breaches() {
    return List.of("<html><body>Please log in</body></html>", " <!DOCTYPE html>\n<html></html>");
  }
}
