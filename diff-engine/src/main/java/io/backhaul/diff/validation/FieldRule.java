/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import java.io.Serializable;

/** A rule and the destination field it is about. */
public record FieldRule(String field, Rule rule) implements Serializable {}
