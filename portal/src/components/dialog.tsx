// A modal dialog by the browser's own element: it keeps the focus inside and closes by Escape.
import { useEffect, useRef, type ReactNode } from "react";
import { t } from "../i18n";

type Props = { labelledBy: string; close?: () => void; actions?: ReactNode; children: ReactNode };

export function Dialog({ labelledBy, close, actions, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // A click beside the dialog closes it; for the keyboard there are Escape and the button.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={element}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClick={(event) => {
        if (event.target === element.current) close?.();
      }}
    >
      <div className="dialog">
        {children}
        <p className="actions">
          {actions}
          {close && (
            <button type="button" onClick={close}>
              {actions ? t("Xem lại", "Look again") : t("Đóng", "Close")}
            </button>
          )}
        </p>
      </div>
    </dialog>
  );
}
