/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import io.backhaul.diff.testkit.PublicDelta;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same where Delta has no other than public interfaces. */
@Tag("faults") // minutes
@ExtendWith(PublicDelta.class)
class PublicNamedTableTest extends NamedTableTest {

  @Override
  boolean logNamesPartitions() {
    return false;
  }
}
