/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tells people of what needs them, by a webhook. */
package io.backhaul.jobs.alert;
