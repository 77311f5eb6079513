/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The local disk as Hadoop's file system, without its two faults on a machine that has none of
 * Hadoop's native libraries: it starts a process for each look at a link and each permission, some
 * sixteen of them a commit to a Delta table, and two processes that commit the same version at the
 * same moment can both believe to have done it.
 */
package io.backhaul.diff.disk;
