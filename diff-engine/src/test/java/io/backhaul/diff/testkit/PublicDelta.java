/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import io.backhaul.diff.delta.LogChoice;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the shared session ask Delta's public interfaces alone, for the tests of one class, as a
 * platform does that has no other.
 */
public final class PublicDelta implements BeforeAllCallback, AfterAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    SparkSessions.shared().conf().set(LogChoice.SETTING, "public");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    SparkSessions.shared().conf().unset(LogChoice.SETTING);
  }
}
