/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tells an OpenLineage server of runs: what they read, what they carried where, how they ended. */
package io.backhaul.jobs.lineage;
