/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The control plane: which syncs are due, and which of them run next. Knows specs and circuits, and
 * neither Spark nor Delta, so that a day of it can be played in seconds.
 */
package io.backhaul.jobs.fleet;
