/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import io.backhaul.diff.testkit.PublicDelta;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same where Delta has no other than public interfaces. */
@ExtendWith(PublicDelta.class)
class PublicNamedTableTest extends NamedTableTest {}
