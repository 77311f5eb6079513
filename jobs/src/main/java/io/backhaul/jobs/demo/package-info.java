/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The main job shown to a newcomer: a made-up customer table, a sandbox to deliver it to, and two
 * runs of one sync with realistic trouble between them. Prints nothing itself.
 */
package io.backhaul.jobs.demo;
