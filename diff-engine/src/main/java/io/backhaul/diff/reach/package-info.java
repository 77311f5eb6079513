/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How far a tenant's sources may reach, and whether a path, a query or a JDBC URL stays within.
 * What cannot be told is refused.
 */
package io.backhaul.diff.reach;
