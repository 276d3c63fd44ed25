/** Buttons, tooltips, badges and the like, on react-aria's behaviour and the theme's looks. */
import { useState, type ReactNode } from 'react';
import {
  Button as AriaButton,
  Dialog as AriaDialog,
  Heading,
  ListBox,
  ListBoxItem,
  Modal as AriaModal,
  ModalOverlay,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Tooltip as AriaTooltip,
  TooltipTrigger,
} from 'react-aria-components';
import type { WireError } from '../../protocol/api.ts';
import { keyColor } from '../theme/key-color.ts';
import { Icon, type IconName } from './Icon.tsx';
import './controls.css';

export function Button(props: {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'link' | 'danger';
  readonly icon?: IconName;
  readonly small?: boolean;
  readonly isDisabled?: boolean;
  readonly label?: string;
}) {
  const classes = ['button', props.kind ?? 'plain', props.small === true ? 'small' : ''].join(' ');
  return (
    <AriaButton
      className={classes}
      onPress={props.onPress}
      isDisabled={props.isDisabled ?? false}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
    >
      {props.icon !== undefined && <Icon name={props.icon} size={14} />}
      {props.children}
    </AriaButton>
  );
}

export function Tip({
  text,
  keys,
  children,
}: {
  readonly text: string;
  readonly keys?: string;
  readonly children: ReactNode;
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip className="tooltip" offset={4}>
        {text} {keys !== undefined && <kbd>{keys}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

/** A button that is an icon alone: its label is its name and its tooltip. */
export function IconButton(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
  readonly keys?: string;
  readonly small?: boolean;
  readonly isDisabled?: boolean;
  readonly isSelected?: boolean;
}) {
  return (
    <Tip text={props.label} {...(props.keys === undefined ? {} : { keys: props.keys })}>
      <AriaButton
        className={`icon-button ${props.small === true ? 'small' : ''}`}
        aria-label={props.label}
        onPress={props.onPress}
        isDisabled={props.isDisabled ?? false}
        {...(props.isSelected === undefined ? {} : { 'aria-pressed': props.isSelected })}
        {...(props.isSelected === true ? { 'data-selected': true } : {})}
      >
        <Icon name={props.icon} size={props.small === true ? 12 : 16} />
      </AriaButton>
    </Tip>
  );
}

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState<string | undefined>();
  return (
    <IconButton
      small
      icon={copied === text ? 'check' : 'copy'}
      label={copied === text ? 'Copied' : label}
      onPress={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied(text),
          // Not allowed here: the text can still be selected.
          () => setCopied(undefined),
        );
      }}
    />
  );
}

export function Badge({ tone, children }: { readonly tone?: 'ok' | 'warn' | 'bad'; readonly children: ReactNode }) {
  return (
    <span className={`badge ${tone ?? ''}`}>
      {tone !== undefined && <span className="dot" aria-hidden="true" />}
      {children}
    </span>
  );
}

export function KeyChip({ text }: { readonly text: string | null }) {
  return (
    <span className="key-chip mono" style={{ ['--key' as string]: keyColor(text) }}>
      <span className="truncate">{text ?? 'null'}</span>
    </span>
  );
}

export function Modal(props: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly width?: number;
  readonly children: ReactNode;
}) {
  return (
    <ModalOverlay
      className="scrim"
      isOpen={props.isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <AriaModal className="modal" style={{ ['--modal-width' as string]: `${props.width ?? 640}px` }}>
        <AriaDialog>
          <header>
            <Heading slot="title" level={2}>
              {props.title}
            </Heading>
            <span className="spacer" />
            <IconButton icon="close" label="Close" onPress={props.onClose} keys="Esc" />
          </header>
          {props.children}
        </AriaDialog>
      </AriaModal>
    </ModalOverlay>
  );
}

export interface Choice<T extends string> {
  readonly id: T;
  readonly label: string;
}
export function Select<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <AriaSelect
      aria-label={props.label}
      value={props.value}
      onChange={(key) => {
        const choice = props.choices.find((c) => c.id === key);
        if (choice !== undefined) props.onChange(choice.id);
      }}
    >
      <AriaButton className="select-button">
        <SelectValue className="truncate" />
        <Icon name="chevron" size={12} />
      </AriaButton>
      <Popover className="popover" offset={4}>
        <ListBox className="menu" items={props.choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} className="menu-item" textValue={choice.label}>
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** An error in full: what happened, its code, and what to do next. */
export function ErrorNote({ error, children }: { readonly error: WireError; readonly children?: ReactNode }) {
  return (
    <div className="error-note" role="alert">
      <Icon name="alert" />
      <div>
        <div>
          {error.message} <span className="code mono">{error.code}</span>
        </div>
        {error.hint !== undefined && <div className="hint">{error.hint}</div>}
        {children}
      </div>
    </div>
  );
}
